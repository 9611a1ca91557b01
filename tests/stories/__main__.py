"""`make docs`: tell the stories, and write their pages when all of them went well."""

from __future__ import annotations

from stitch_connect_mcp.logs import log_to_stderr

from .book import DOCS, ERAS, STORIES, pages, tell


def main() -> None:
    """Write docs/stories.md and docs/stories."""
    log_to_stderr()
    written = dict(pages({story: tell(story, ERAS[0]) for story in STORIES}))
    for page in (DOCS / "stories").glob("*.md"):
        if page not in written:
            page.unlink()
    for page, text in written.items():
        page.parent.mkdir(exist_ok=True)
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

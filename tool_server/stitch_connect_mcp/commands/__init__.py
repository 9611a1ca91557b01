"""The commands of `stitch-connect-mcp`, a file each. They import without the extra."""

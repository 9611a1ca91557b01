"""The MCP server of Stitch Connect: few tools, and a gate before every destructive one.

Start it with ``stitch-connect-mcp serve``; embed it with
``stitch_connect_mcp.server.build_server``.
"""

"""The command line of subvent: thin, it parses, calls the engine and renders."""

"""The ground floor: keys, text, telephone numbers and settings. Every room may use it; it knows none of them.
Nothing here opens a connection."""

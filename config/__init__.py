"""How the program is put together: settings, addresses, the command line, the embedded database.
The only place that knows every room. No rule of contact tracing lives here."""

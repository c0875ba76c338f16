"""The commands of `contact`, one module each: `arguments(parser)` and `run(options)`."""

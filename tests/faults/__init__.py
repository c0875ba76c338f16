"""What must hold when something breaks: processes killed, two at once, a request that fails half-way."""

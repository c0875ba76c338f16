"""Every change of this room: what comes in, who sends it, what is held, what is filed. One file for each."""

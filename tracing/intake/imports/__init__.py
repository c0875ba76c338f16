"""Lists of contacts and cases that others keep as a spreadsheet: columns mapped once, everything wrong told by row and cell, looked over
before anything is written, then filed in the background row by row, resumed where it stopped, undone as a whole."""

"""Charts: a table of a text drawn as SVG on the server.

`grid` reads the table, `figures` its numbers, `data` what is drawn of it; `scale` says where a value lies, `canvas`
writes SVG, `bars`, `lines` and `dots` draw the three kinds, and `drawing` puts a chart together.
"""

"""Taking over what a municipality already has, from a list: tried row by row, then done, each row whole.

`sheet` reads the list; an app's `Importer` (`importers`) says which columns there are and what a row means;
`runs` looks the rows through and does them, in a worker that another can follow; `page` shows it.
"""

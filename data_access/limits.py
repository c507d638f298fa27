"""How large a file may be in every direction, and why: all limits of uploads are here.

Each is well above what a report of Microsoft holds and below what makes a server of 4 GB stop
answering. A refusal names the file, the limit and what to do; nothing of the file is stored.
"""

from __future__ import annotations

MAX_FILE_BYTES = 2**30
"""Of one file, and of everything an archive or workbook unpacks to: about 7 million CPOR rows."""

MAX_EXPANSION = 200
"""Times its own size to which an archive may unpack; usage reports shrink to a twentieth."""

MAX_MEMBERS = 1_000
"""Files of an archive; ten years of monthly reports of eight kinds."""

MAX_INDEX_BYTES = 512 * MAX_MEMBERS
"""Of an archive's list of files, which is read into memory before its files can be counted."""

MAX_COLUMNS = 499
"""Of a table; the widest report has fewer than a hundred."""

MAX_ROWS = 5_000_000
"""Of a table: 20,000 customers with ten workloads over two years."""

MAX_CELLS = 100_000_000
"""Of a text table, rows times columns; each takes 8 bytes of memory before anything is judged."""

MAX_WORKBOOK_CELLS = 25_000_000
"""Of a workbook, rows times columns: a full sheet of 1,048,576 rows with 23 columns.

A reader of workbooks allots every cell between the first and the last one at once, so that one
cell in the far corner would take hundreds of gigabytes.
"""

MAX_LINE_BYTES = 2**20
"""Of one line of text; a row of 499 columns has a few thousand."""

MAX_CELL_LETTERS = 32_767
"""Of one cell: what a spreadsheet cell can hold, so that an export can show it again."""

MAX_HEADER_LETTERS = 255
"""Of one column's name; names appear in messages."""

MAX_NAME_LETTERS = 200
"""Of a file's name as it is shown and stored; longer ones end in an ellipsis."""

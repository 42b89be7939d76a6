(table . [(bare_key) (dotted_key) (quoted_key)] @name @header) @entry
(table_array_element . [(bare_key) (dotted_key) (quoted_key)] @name @header) @entry
(document (pair . (_) @name @header) @entry)

(section (atx_heading heading_content: (_) @name) @header) @section
(section (setext_heading heading_content: (_) @name) @header) @section

; What is coloured in Python. Inner nodes win over outer ones; of two patterns for one node the later wins.

(comment) @comment
(string) @string
(escape_sequence) @escape
(escape_interpolation) @escape
(interpolation) @variable
(interpolation ["{" "}"] @punctuation)
(type_conversion) @escape
(format_specifier) @escape

[(integer) (float)] @number
[(true) (false) (none) (ellipsis)] @constant
((identifier) @constant (#match? @constant "^_*[A-Z][A-Z0-9_]+$"))
((identifier) @builtin (#any-of? @builtin "self" "cls" "super" "__name__" "__file__"))

(attribute attribute: (identifier) @property)
(keyword_argument name: (identifier) @parameter)

(call function: (identifier) @function)
(call function: (attribute attribute: (identifier) @function))
((call function: (identifier) @type) (#match? @type "^_*[A-Z][a-z]"))
((call function: (attribute attribute: (identifier) @type)) (#match? @type "^_*[A-Z][a-z]"))

(type) @type
(class_definition superclasses: (argument_list (identifier) @type))
(class_definition name: (identifier) @type)
(function_definition name: (identifier) @function)
(except_clause value: (identifier) @type)

(decorator) @decorator
(decorator (identifier) @decorator)
(decorator (attribute attribute: (identifier) @decorator))
(decorator (call function: (identifier) @decorator))
(decorator (call function: (attribute attribute: (identifier) @decorator)))

["(" ")" "[" "]" "," ":" "." ";"] @punctuation
["=" "+" "-" "*" "/" "//" "%" "**" "@" "|" "&" "^" "~" "<<" ">>" "->" ":="
 "==" "!=" "<" "<=" ">" ">=" "+=" "-=" "*=" "/=" "|=" "&=" "^=" "//=" "%=" "**=" "@=" "<<=" ">>="] @operator
["and" "or" "not" "in" "is" "is not" "not in" "if" "else" "elif" "for" "while" "return" "yield" "def" "class" "lambda"
 "import" "from" "as" "with" "try" "except" "finally" "raise" "pass" "break" "continue" "global" "nonlocal" "assert"
 "del" "async" "await" "match" "case"] @keyword
(decorator "@" @decorator)

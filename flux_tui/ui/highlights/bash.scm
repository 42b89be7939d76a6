; What is coloured in shell scripts. Inner nodes win over outer ones; of two patterns for one node the later wins.

(comment) @comment
[(string) (raw_string) (ansi_c_string) (heredoc_body) (heredoc_start)] @string
(number) @number
(regex) @escape

(command_name) @function
(function_definition name: (word) @function)
(variable_name) @property
(special_variable_name) @builtin
(simple_expansion "$" @punctuation)
(expansion ["${" "}"] @punctuation)
(command_substitution) @variable
(command_substitution ["$(" ")"] @punctuation)
((command argument: (word) @constant) (#match? @constant "^-"))

["(" ")" "[" "]" "[[" "]]" "((" "))" "{" "}" ";" ";;"] @punctuation
["|" "|&" "&&" "||" "&" ">" ">>" "<" "<<" "<<<" "=" "+=" "==" "!=" "=~" "!"] @operator
["if" "then" "else" "elif" "fi" "for" "while" "until" "do" "done" "case" "esac" "in" "function" "select"
 "export" "local" "declare" "readonly" "unset"] @keyword

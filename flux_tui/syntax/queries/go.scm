(function_declaration name: (identifier) @name body: (_) @body) @function
(method_declaration
  receiver: (parameter_list (parameter_declaration type: [
    (type_identifier) @name
    (generic_type type: (type_identifier) @name)
    (pointer_type [(type_identifier) @name (generic_type type: (type_identifier) @name)])]))
  name: (field_identifier) @name
  body: (_) @body) @method
(type_spec name: (_) @name type: (_) @body) @class
(type_alias name: (_) @name type: (_) @body) @class

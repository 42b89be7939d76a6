(function_item name: (_) @name body: (_) @body) @function
(function_signature_item name: (_) @name) @function
(struct_item name: (_) @name body: (_) @body) @class
(struct_item name: (_) @name !body) @class
(enum_item name: (_) @name body: (_) @body) @class
(union_item name: (_) @name body: (_) @body) @class
(trait_item name: (_) @name body: (_) @body) @class
((impl_item !trait type: [
  (generic_type type: [(type_identifier) @name (scoped_type_identifier name: (_) @name)])
  (type_identifier) @name
  (scoped_type_identifier name: (_) @name)
  (primitive_type) @name
  (reference_type) @name
  (tuple_type) @name
  (array_type) @name
  (dynamic_type) @name] body: (_) @body) @class (#set! word "impl"))
((impl_item trait: (_) @also type: [
  (generic_type type: [(type_identifier) @name (scoped_type_identifier name: (_) @name)])
  (type_identifier) @name
  (scoped_type_identifier name: (_) @name)
  (primitive_type) @name
  (reference_type) @name
  (tuple_type) @name
  (array_type) @name
  (dynamic_type) @name] body: (_) @body) @class (#set! word "impl"))
(mod_item name: (_) @name body: (_) @body) @class
(macro_definition name: (_) @name) @function

(method name: (_) @name body: (_) @body) @method
(method name: (_) @name !body) @method
(singleton_method name: (_) @name body: (_) @body) @method
(singleton_method name: (_) @name !body) @method
(class name: (_) @name body: (_) @body) @class
(class name: (_) @name !body) @class
(module name: (_) @name body: (_) @body) @class
(module name: (_) @name !body) @class

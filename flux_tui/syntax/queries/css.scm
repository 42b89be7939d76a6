(rule_set (selectors) @name (block) @body) @rule

"""Small sources in several languages, with the ways definitions come: nested, decorated, documented, exported."""

TYPESCRIPT = """\
import { a } from "./a";

/** Doc. */
@Injectable()
export class Cart<T> extends Base {
  private size = 1;

  /** Price. */
  @cached
  async price(tax: number): Promise<number> {
    const text = `
left ${tax}
`;
    return this.items.reduce((sum, item) => {
      return sum + item;
    }, 0);
  }

  get count(): number {
    return this.items.length;
  }

  handler = (event: Event) => {
    this.count;
  };
}

export const total = async (cart: Cart) => {
  return cart.price(1);
};

export interface Shape {
  area(): number;
  name: string;
}

function helper(x: number) {
  function inner() {
    return x;
  }

  return inner();
}
"""
GO = """\
package shop

import "fmt"

// Cart holds items.
type Cart struct {
	items []Item
}

// Price is with tax.
func (c *Cart) Price(tax float64) float64 {
	sum := 0.0
	for _, item := range c.items {
		sum += item.price
	}
	return sum * (1 + tax)
}

func (c *Cart) Count() int {
	return len(c.items)
}

type Shape interface {
	Area() float64
}

func New() *Cart {
	text := `
left
	tab`
	fmt.Println(text)
	return &Cart{}
}
"""
RUST = """\
use std::fmt;

/// A cart.
#[derive(Debug)]
pub struct Cart {
    items: Vec<Item>,
}

impl Cart {
    /// With tax.
    #[inline]
    pub fn price(&self, tax: f64) -> f64 {
        self.items.iter().map(|item| item.price).sum()
    }

    pub fn count(&self) -> usize {
        self.items.len()
    }
}

impl fmt::Display for Cart {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "cart")
    }
}

pub enum Kind {
    Big,
    Small,
}

mod tests {
    #[test]
    fn counts() {
        assert_eq!(1, 1);
    }
}
"""
JAVA = """\
package shop;

import java.util.List;

/** A cart. */
@Entity
public class Cart<T> {
    private List<T> items;

    public Cart() {
        this.items = null;
    }

    /** With tax. */
    @Override
    public double price(double tax) {
        if (tax > 0) {
            return tax;
        }
        return 0;
    }

    enum Kind {
        BIG,
        SMALL;
    }
}
"""
CPP = """\
#include <vector>

namespace shop {

/// A cart.
class Cart {
 public:
  Cart() : size_(0) {}

  int price(int tax) const {
    return size_ * tax;
  }

 private:
  int size_;
};

template <typename T>
T biggest(T a, T b) {
  return a > b ? a : b;
}

}  // namespace shop
"""
RUBY = """\
require "json"

# A cart.
class Cart < Base
  attr_reader :items

  # With tax.
  def price(tax)
    items.sum do |item|
      item.price * tax
    end
  end

  def self.build
    text = <<~EOS
      left
    EOS
    new(text)
  end
end

module Shop
  def total(cart)
    cart.price(1)
  end
end
"""
SHELL = """\
#!/bin/bash
set -e

# Says it.
say() {
  echo "$1"
}

run() {
  for name in a b; do
    say "$name"
  done
}
"""
MARKDOWN = """\
# Shop

Words.

## Use

- one
- two

```py
x = 1
```

## Licence

MIT
"""
CSS = """\
.cart {
  color: red;
}

.cart .item {
  color: blue;
}
"""
JAVASCRIPT = """\
export function f(x) {
  return x;
}

class A {
  b() {
    return 1;
  }

  c() {
    return 2;
  }
}
"""
C = """\
/** Doc. */
static int f(int a)
{
    return a;
}

struct s {
    int a;
};

int g(void)
{
    return f(1);
}
"""
SAMPLES = {
    "a.ts": TYPESCRIPT,
    "a.js": JAVASCRIPT,
    "a.tsx": "export const App = () => {\n  return <b>x</b>;\n};\n\nexport const Other = () => <i>y</i>;\n",
    "a.go": GO,
    "a.rs": RUST,
    "A.java": JAVA,
    "a.cpp": CPP,
    "a.c": C,
    "a.rb": RUBY,
    "a.sh": SHELL,
    "a.md": MARKDOWN,
    "a.css": CSS,
    "a.toml": 'x = 1\n\n[a]\ny = 2\n\n[a.b]\nz = """\nleft\n"""\n',
    "a.yaml": "a:\n  b: 1\n\nc:\n  - d\n",
}

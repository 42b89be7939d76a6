"""One row and one query a language: what each finds in a sample, and that every line of it can be asked for."""

import pytest

from flux_tui.syntax.expand import expand
from flux_tui.syntax.languages import LANGUAGES, Language, language_of, parse, query
from flux_tui.syntax.outline import outline

SAMPLES: dict[str, str] = {
    "a.ts": """\
/** doc */
@Injectable()
export class Cart<T> {
  private size = 1;
  @Input()
  name: string;
  /** m doc */
  @dec()
  async price(a: number,
    b: number): Promise<void> {
    foo(() => {
      bar();
    });
  }
  handler = (x) => { return x; };
  abstract f(): void;
}
export const f = async (a) => {
  return a;
};
export default function g() {}
interface I { a: string; m(): void }
type T = { a: 1 };
enum E { A, B }
namespace N { export function inner() {} }
function over(a: string): void;
function over(a: number): void;
function over(a: any) {}
exports.h = function () {};
switch (x) {
  case 1:
    a();
    break;
}
abstract class Q { abstract f(): void; get x() { return 1 } }
""",
    "a.go": """\
package x

// doc
// more
func F(a int) (int, error) {
	if a > 0 {
		return 1, nil
	} else {
		b()
	}
	switch a {
	case 1:
		x()
	}
	return 0, nil
}

// M doc
func (c *Cart[T]) Price() int { return 1 }
func (c Cart) P2() int { return 1 }

type Cart struct {
	A int
}
type (
	X int
	Y struct {
		B int
	}
)
type I interface {
	M() int
}
""",
    "a.rs": """\
/// doc
#[derive(Debug)]
pub struct Cart<T> {
    a: T,
}
// plain

impl<T> Cart<T> {
    /// d
    #[inline]
    pub fn new(a: T) -> Self {
        Self { a }
    }
}
impl std::fmt::Display for Cart<u8> {
    fn fmt(&self) {}
}
enum E { A, B }
trait Tr { fn x(&self); }
mod m { fn inner() {} }
macro_rules! mm { () => {} }
fn main() {
    match x {
        1 => {
            a();
        }
        _ => {}
    }
}
""",
    "a.java": """\
package x;
/** doc */
@Entity
public class Cart<T> extends B {
  private int a = 1;
  /** d */
  @Override
  public int price(int b) {
    if (b > 0) {
      return 1;
    }
    return 2;
  }
  Cart() { super(); }
  enum E { A, B; void f() {} }
  record R(int a) { R { } }
}
interface I { int m(); }
""",
    "a.c": """\
/** doc */
static int *f(int a,
              int b)
{
  if (a) {
    b();
  }
  return 0;
}
struct S {
  int a;
};
typedef struct {
  int b;
} T;
enum E { A };
int g(void) { return 1; }
#ifdef X
void h(void) { }
#endif
""",
    "a.cpp": """\
namespace n {
/// doc
template <typename T>
class Cart : public B {
 public:
  Cart() : a(1) {}
  ~Cart() {}
  int price(int b) const {
    return 1;
  }
  bool operator==(const Cart& o) const { return true; }
 private:
  int a;
};
int Cart<int>::go() { return 1; }
int Foo::bar(int x) { return x; }
std::string& f() { static std::string s; return s; }
}
""",
    "a.rb": """\
# doc
class Cart < Base
  attr_reader :a

  # d
  def price(b)
    if b
      1
    else
      2
    end
  end

  def self.make; new; end
end
module M
  class N::O
    def x() = 1
  end
end
""",
    "a.sh": """\
#!/bin/bash
# doc
f() {
  if [ -f x ]; then
    echo 1
  else
    echo 2
  fi
  for i in a b; do
    cat <<EOF
text
EOF
  done
}
function g {
  echo
}
case $1 in
  a)
    f
    ;;
esac
""",
    "a.json": """\
{
  "a": {
    "b": [
      1,
      {"c": 2}
    ]
  },
  "d": "x"
}
""",
    "a.toml": """\
x = 1
[a.b]
y = [
  1,
  2,
]
[[c]]
z = \"\"\"
a
\"\"\"
""",
    "a.yaml": """\
# c
a:
  b: 1
  c:
    - x
    - y: |
        text
        more
d: 2
---
e: 3
""",
    "a.html": """\
<!doctype html>
<html>
<body>
<div id="a">
  <p>text
  more</p>
</div>
<script>
x()
</script>
</body>
</html>
""",
    "a.css": """\
.a, .b {
  color: red;
}
@media (x) {
  .c {
    d: e;
  }
}
@keyframes k {
  from { d: e; }
}
""",
    "a.md": """\
# One

text
more

## Two

- a
  b
- c

```py
x = 1
```

# Three
end
""",
}
JAVASCRIPT = """\
/** doc */
export class Cart {
  price() {
    return 1;
  }
  handler = () => {
    return 2;
  };
}
const f = async (a) => {
  return a;
}, g = function () {};
module.exports.h = 1;
"""
EXPECTED = {
    "a.ts": (
        "Cart 1-17; Cart.price 7-14; Cart.handler 15-15; Cart.f 16-16; f 18-20; g 21-21; I 22-22; "
        "I.m 22-22; T 23-23; E 24-24; N 25-25; N.inner 25-25; over 26-26; over#2 27-27; "
        "over#3 28-28; exports.h 29-29; Q 35-35; Q.f 35-35; Q.x 35-35"
    ),
    "a.go": ("F 3-16; Cart.Price 18-19; Cart.P2 20-20; Cart 22-24; X 26-26; Y 27-29; I 31-33"),
    "a.rs": (
        "Cart 1-5; impl Cart 8-14; Cart.new 9-13; impl std.fmt.Display for Cart 15-17; "
        "Cart.fmt 16-16; E 18-18; Tr 19-19; "
        "Tr.x 19-19; m 20-20; m.inner 20-20; mm 21-21; main 22-29"
    ),
    "a.java": (
        "Cart 2-17; Cart.price 6-13; Cart.Cart 14-14; Cart.E 15-15; Cart.E.f 15-15; Cart.R 16-16; "
        "Cart.R.R 16-16; I 18-18; I.m 18-18"
    ),
    "a.c": ("f 1-9; S 10-12; T 13-15; E 16-16; g 17-17; h 19-19"),
    "a.cpp": (
        "n 1-18; n.Cart 2-14; n.Cart.Cart 6-6; n.Cart.~Cart 7-7; n.Cart.price 8-10; "
        "n.Cart.operator== 11-11; n.Cart.go 15-15; n.Foo.bar 16-16; n.f 17-17"
    ),
    "a.rb": ("Cart 1-15; Cart.price 5-12; Cart.make 14-14; M 16-20; M.N.O 17-19; M.N.O.x 18-18"),
    "a.sh": ("f 2-14; g 15-17"),
    "a.json": ("a 2-7; d 8-8"),
    "a.toml": ("x 1-1; a.b 2-6; c 7-10"),
    "a.yaml": ("a 2-8; d 9-9; e 11-11"),
    "a.html": ("a 4-7"),
    "a.css": (".a, .b 1-3; .c 5-7; k 9-11"),
    "a.md": ("One 1-14; One.Two 6-14; Three 16-17"),
}


def told(path: str, text: str) -> str:
    return "; ".join(f"{one.name} {one.first}-{one.last}" for one in outline(path, text.encode()))


@pytest.mark.parametrize("path", SAMPLES)
def test_the_definitions_of_a_sample(path: str) -> None:
    assert told(path, SAMPLES[path]) == EXPECTED[path]


def test_javascript_and_what_it_shares_with_its_kin() -> None:
    expected = "Cart 1-9; Cart.price 3-5; Cart.handler 6-8; f 10-12; g 10-12"
    assert told("a.mjs", JAVASCRIPT) == expected
    assert told("a.tsx", "const A = () => {\n  return <b>x</b>;\n};\n") == "A 1-3"
    assert told("a.jsx", "const A = () => {\n  return <b>x</b>;\n};\n") == "A 1-3"


@pytest.mark.parametrize("row", LANGUAGES, ids=lambda row: row.name)
def test_every_row_has_a_grammar_and_its_body_types_exist(row: Language) -> None:
    for suffix in row.suffixes:
        assert language_of(f"src/x{suffix}") == row
    assert language_of(f"src/x{row.suffixes[0].upper()}") == row
    grammar = parse(row, b"").language
    types = row.bodies | row.wrappers | row.attributes
    assert {name for name in types if grammar.id_for_node_kind(name, True) is None} == set()
    assert query(row) is not None


@pytest.mark.parametrize("path", [*SAMPLES, "a.js"])
def test_every_line_can_be_asked_for(path: str) -> None:
    data = SAMPLES.get(path, JAVASCRIPT).encode()
    total = data.count(b"\n")
    for line in range(1, total + 1):
        for budget in (1, 5, 400):
            excerpt = expand(path, data, line, line, budget)
            assert excerpt.main[0] <= line <= excerpt.main[1] <= total
            assert sum(last - first + 1 for first, last in excerpt.ranges) <= max(budget, 1)


def test_a_window_in_a_long_function_ends_between_statements() -> None:
    body = "".join(f"  if (a > {number}) {{\n    b({number},\n      1);\n  }}\n" for number in range(60))
    data = f"/** doc */\nexport function f(\n  a,\n) {{\n{body}}}\n".encode()
    excerpt = expand("a.js", data, 102, 103, 400)
    assert excerpt.headers == ((1, 4),)
    assert excerpt.main == (101, 104)
    data = ("{\n" + "".join(f'  "k{number}": [\n    1\n  ],\n' for number in range(200)) + '  "z": 1\n}\n').encode()
    assert expand("a.json", data, 303, 303, 400).main == (302, 304)
    assert expand("a.json", data, 303, 303, 400).broken == ()


def test_a_minified_file_has_no_structure() -> None:
    minified = b"function f(){return 1}" * 10_000
    assert outline("a.js", minified) == ()
    assert expand("a.js", minified, 1, 1, 400).main == (1, 1)
    assert len(outline("a.js", b"function f(){return 1}\n" * 10_000)) == 10_000


def test_no_row_no_language() -> None:
    assert language_of("Makefile") is None
    assert language_of("py") is None
    assert language_of("folder.py/notes") is None

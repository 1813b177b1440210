"""No file of a crate uses names of another that uses names of it, however long the way around."""

import tempfile
import unittest
from pathlib import Path

from circles import Crate, circles, leaves, stripped, told
from source import ROOT, roots


class House(unittest.TestCase):
    def test_no_circle_between_files(self):
        self.assertGreaterEqual(len(roots()), 6)
        for root in roots():
            with self.subTest(str(root.relative_to(ROOT))):
                edges = Crate(root).uses()
                found = [told(circle, edges, root.parent) for circle in circles(edges)]
                self.assertEqual(found, [], "\n\n".join(found))

    def test_every_file_belongs_to_a_module(self):
        for root in roots():
            known = {module.file for module in Crate(root).modules}
            texts = {file: file.read_text() for file in root.parent.rglob("*.rs")}
            for file in set(texts) - known:
                # Those of tests are declared under `#[cfg(test)]`, by their name or by a path.
                name = file.parent.name if file.name == "mod.rs" else file.stem
                declared = any(f"mod {name};" in text or f'"{file.name}"' in text for text in texts.values())
                self.assertTrue(declared, f"{file.relative_to(ROOT)} is no module")

    def test_uses_are_found_where_there_are_some(self):
        for root in roots():
            edges = Crate(root).uses()
            self.assertGreater(sum(len(others) for others in edges.values()), 5, root)


class MadeUp(unittest.TestCase):
    def crate(self, **files):
        folder = tempfile.TemporaryDirectory(prefix="lamplighter-circles-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for name, text in files.items():
            file = self.folder / (name.replace("__", "/") + ".rs")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return Crate(self.folder / "lib.rs").uses()

    def circles(self, **files):
        edges = self.crate(**files)
        return [told(circle, edges, self.folder) for circle in circles(edges)]

    def test_a_circle_of_two_is_named(self):
        found = self.circles(
            lib="mod a; mod b;",
            a="use crate::b::Two; pub struct One(Two);",
            b="pub struct Two; impl Two { fn one() -> crate::a::One { todo!() } }")
        self.assertEqual(found, ["a.rs uses Two of b.rs\nb.rs uses One of a.rs"])

    def test_a_circle_of_three_through_other_paths(self):
        found = self.circles(
            lib="mod a; mod b; mod c;",
            a="use super::b; pub fn one() { b::two() }",
            b="use crate::{c::{self as other}}; pub fn two() { other::three() }",
            c="pub fn three() { super::a::one() }")
        self.assertEqual(found, ["a.rs uses two of b.rs\nb.rs uses three of c.rs\nc.rs uses one of a.rs"])

    def test_a_tree_has_none(self):
        self.assertEqual(self.circles(
            lib="mod a; mod b; pub use a::One;",
            a="mod inner; use crate::b::Two; pub struct One(Two, inner::Three);",
            a__inner="pub struct Three(crate::b::Two);",
            b="pub struct Two;"), [])

    def test_a_re_export_leads_to_the_file_that_defines(self):
        tree = dict(
            lib="mod room; mod b;",
            room__mod="mod error; mod work; pub use error::Error; pub use work::work;",
            room__error="pub enum Error { A }",
            room__work="use super::Error; pub fn work() -> Error { Error::A }",
            b="use crate::room::{Error, work};")
        self.assertEqual(self.circles(**tree), [])
        tree["room__error"] = "pub enum Error { A } fn f() { crate::room::work() }"
        self.assertEqual(self.circles(**tree),
                         ["room/error.rs uses work of room/work.rs\nroom/work.rs uses Error of room/error.rs"])

    def test_a_child_may_not_use_what_its_parent_defines_that_uses_the_child(self):
        found = self.circles(
            lib="mod room;",
            room__mod="mod child; pub struct Whole(child::Part);",
            room__child="use super::*; pub struct Part(Option<Box<Whole>>);")
        self.assertEqual(found, ["room/child.rs uses Whole of room/mod.rs\nroom/mod.rs uses Part of room/child.rs"])

    def test_names_under_a_glob_count_only_where_they_are_used(self):
        tree = dict(
            lib="mod room;",
            room__mod="mod child; pub struct Whole; fn f() { child::part() }",
            room__child="use super::*; pub fn part() {}")
        self.assertEqual(self.circles(**tree), [])

    def test_tests_comments_and_texts_count_for_nothing(self):
        self.assertEqual(self.circles(
            lib="mod a; mod b;",
            a="use crate::b::Two; pub struct One(Two);",
            b="""
                // crate::a::One
                /* crate::a::One /* and */ crate::a::One */
                pub struct Two;
                fn text<'a>() -> &'a str { let _ = '"'; let _ = r#"crate::a::One " "#; "crate::a::One \\" " }
                #[cfg(test)]
                use crate::a::One;
                #[cfg(test)]
                mod tests { use crate::a::One; fn f() { { } } }
                #[cfg(test)]
                mod more;
            """,
            b__more="use crate::a::One;"), [])

    def test_inline_modules_and_named_files_are_followed(self):
        found = self.circles(
            lib="""mod a; #[path = "elsewhere.rs"] mod b;""",
            a="pub mod inner { pub fn one() { crate::b::two() } }",
            elsewhere="use crate::a::inner; pub fn two() { inner::one() }")
        self.assertEqual(found, ["a.rs uses two of elsewhere.rs\nelsewhere.rs uses one of a.rs"])

    def test_pieces(self):
        self.assertEqual(list(leaves("a::{self, b::{C as D, *}, e}")),
                         [(["a"], "a"), (["a", "b", "C"], "D"), (["a", "b", "*"], "*"), (["a", "e"], "e")])
        self.assertEqual(stripped("a'b' \"c\" // d\ne"), "a         \ne".replace("a         ", "a" + " " * 12))


if __name__ == "__main__":
    unittest.main()

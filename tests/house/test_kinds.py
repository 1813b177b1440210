"""What Azure calls a kind of compute is written in the folders of the kinds only, in core and in the simulator."""

import re
import unittest

from source import ROOT, files, literals, roots

NAMES = re.compile(r"ComputeInstance|AmlCompute|^(?:Kubernetes|VirtualMachine|AKS|HDInsight|Databricks|DataFactory|SynapseSpark"
                   r"|DataLakeAnalytics)$")
HOMES = (ROOT / "crates/core/src/kinds", ROOT / "crates/simulator/src/kinds")


class Kinds(unittest.TestCase):
    def test_their_names_stand_in_the_folders_of_the_kinds_only(self):
        found, at_home = [], set()
        for root in roots():
            for file in files(root):
                for line, text in literals(file.read_text()):
                    if NAMES.search(text):
                        home = next((home for home in HOMES if home in file.parents), None)
                        at_home.add(home)
                        if home is None:
                            found.append(f"{file.relative_to(ROOT)}:{line}: {text}")
        self.assertEqual(found, [], "\n".join(found))
        self.assertLessEqual(set(HOMES), at_home)

    def test_literals_are_found(self):
        text = '''
            // "no"
            fn f() { g("yes", 'a', '"', r#"raw "yes""#); } // "no"
            #[cfg(test)]
            mod tests { fn f() { g("no"); } }
            const LAST: &str = "last \\" yes";
        '''
        self.assertEqual([text for _, text in literals(text)], ["yes", 'raw "yes"', 'last \\" yes'])


if __name__ == "__main__":
    unittest.main()

"""The oracle and the comparer are shipped with the product (dsl/kernel): importing this puts them on the path."""
import os, sys

TOOLS = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                      "../../../dsl/kernel/src/main/resources/io/nfl/kernel"))
sys.path.insert(0, TOOLS)

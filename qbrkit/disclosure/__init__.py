"""What one customer may see: an allow-list, and one file per account.

The external notebook reads that file and nothing else. What is not listed in `allowed`
cannot be on the page, because it is not in the file.
"""

from qbrkit.disclosure.account_view import AccountView, read_view, write_view
from qbrkit.disclosure.views import disclose

__all__ = ["AccountView", "disclose", "read_view", "write_view"]

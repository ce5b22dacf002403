"""All sixty accounts, by id."""

from tests.sample_company.cast_large import LARGE
from tests.sample_company.cast_small import SMALL

ACCOUNTS = tuple(sorted(LARGE + SMALL, key=lambda account: account.account_id))
BY_ID = {account.account_id: account for account in ACCOUNTS}
CLOSE = tuple(account for account in ACCOUNTS if account.close)

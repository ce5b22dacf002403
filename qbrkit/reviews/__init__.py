"""The reviews of a quarter: what the notebooks of the team read.

The internal review, black ops and the transactional plan read them; the disclosure makes
each customer's view from them.
"""

from qbrkit.reviews.compute import review_quarter
from qbrkit.reviews.customer_value import customer_effort
from qbrkit.reviews.quarter_review import QuarterReview
from qbrkit.reviews.territory import of_territory

__all__ = ["QuarterReview", "customer_effort", "of_territory", "review_quarter"]

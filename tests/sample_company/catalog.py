"""What is sold: families, products, their list prices, and the two seasons."""

from dataclasses import dataclass

FAMILIES = {
    "D": "Drives", "B": "Bearings", "S": "Seals", "L": "Lubricants",
    "P": "Pneumatics", "C": "Cooling", "R": "Service parts", "T": "Belts and chains",
}

FAMILIES_IN_GERMAN = {
    "D": "Antriebe", "B": "Lager", "S": "Dichtungen", "L": "Schmierstoffe",
    "P": "Pneumatik", "C": "Kühlung", "R": "Verschleißteile", "T": "Riemen und Ketten",
}

# Demand per month, January first. Cooling sells before and in summer, service parts in
# the winter shutdown; all other families are level.
SEASONS = {
    "C": (0.30, 0.45, 0.80, 1.30, 1.90, 2.20, 1.90, 1.20, 0.70, 0.50, 0.40, 0.35),
    "R": (2.10, 1.40, 0.90, 0.70, 0.55, 0.45, 0.40, 0.50, 0.70, 1.00, 1.50, 1.80),
}
LEVEL = (1.0,) * 12


@dataclass(frozen=True)
class Product:
    """One product: list price of fiscal 2023 in EUR, and cost as a part of it."""

    product_id: str
    name: str
    unit: str
    list_price: float
    cost_part: float

    @property
    def family(self) -> str:
        """Code of the family, the first letter of the id."""
        return self.product_id[0]


PRODUCTS = tuple(Product(*entry) for entry in (
    ("D-110", "Gear motor GM 1.1 kW", "pc", 640.00, 0.58),
    ("D-220", "Gear motor GM 2.2 kW", "pc", 910.00, 0.59),
    ("D-310", "Frequency inverter FI 4 kW", "pc", 780.00, 0.61),
    ("D-320", "Frequency inverter FI 11 kW", "pc", 1460.00, 0.62),
    ("D-410", "Servo actuator SA 40", "pc", 1240.00, 0.57),
    ("D-600", "Helical gear unit HG 600", "pc", 1890.00, 0.56),
    ("B-100", "Deep groove ball bearing 6205", "pc", 9.40, 0.55),
    ("B-140", "Spherical roller bearing 22216", "pc", 148.00, 0.57),
    ("B-210", "Tapered roller bearing 32210", "pc", 46.50, 0.58),
    ("B-330", "Pillow block unit UCP 210", "pc", 38.20, 0.60),
    ("B-410", "Linear guide LG 25", "m", 112.00, 0.56),
    ("S-010", "Radial shaft seal 45x62x8", "pc", 4.80, 0.50),
    ("S-020", "O-ring set 5C", "set", 32.00, 0.48),
    ("S-130", "Mechanical seal MS 38", "pc", 186.00, 0.54),
    ("S-140", "Cartridge seal CS 50", "pc", 412.00, 0.55),
    ("L-005", "Gear oil CLP 220", "l", 6.30, 0.64),
    ("L-012", "Hydraulic oil HLP 46", "l", 4.10, 0.66),
    ("L-030", "Bearing grease LG 2", "kg", 11.80, 0.60),
    ("L-041", "Food-grade grease FG 1", "kg", 19.60, 0.57),
    ("P-100", "Compact cylinder CC 32", "pc", 58.00, 0.40),
    ("P-110", "Valve terminal VT 8", "pc", 640.00, 0.74),
    ("P-210", "Proportional valve PV 6", "pc", 315.00, 0.48),
    ("P-300", "Service unit FRL 1/2", "pc", 124.00, 0.66),
    ("P-410", "Vacuum gripper VG 60", "pc", 86.00, 0.55),
    ("C-100", "Cabinet cooler KC 2 kW", "pc", 1180.00, 0.60),
    ("C-120", "Axial fan AF 450", "pc", 265.00, 0.58),
    ("C-210", "Plate heat exchanger PX 30", "pc", 740.00, 0.59),
    ("C-300", "Coolant concentrate KS 10", "l", 5.60, 0.63),
    ("R-100", "Overhaul kit gear unit", "set", 236.00, 0.52),
    ("R-120", "Brush and brake kit", "set", 74.00, 0.51),
    ("R-210", "Coupling insert EK 48", "pc", 21.50, 0.50),
    ("R-330", "Filter cartridge F 10", "pc", 17.80, 0.49),
    ("T-100", "V-belt SPB 2240", "pc", 18.40, 0.56),
    ("T-120", "Timing belt 8M 30", "m", 41.00, 0.57),
    ("T-210", "Roller chain 16B-1", "m", 29.50, 0.59),
    ("T-310", "Modular conveyor belt MB 50", "m", 96.00, 0.60),
))
BY_ID = {product.product_id: product for product in PRODUCTS}


def season(family: str, month: int) -> float:
    """How much more (or less) than in a mean month a family sells."""
    return SEASONS.get(family, LEVEL)[month - 1]


def product_rows() -> list[dict]:
    """The table products."""
    return [{"product_id": product.product_id, "name": product.name,
             "family": FAMILIES[product.family]} for product in PRODUCTS]

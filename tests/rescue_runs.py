"""Knows a small policy with a stage of rescue, one for which people wait, and whom both rank."""

from __future__ import annotations

from small_runs import small_policy

STAGES = """
- id: rescue
  say: those who remain
  begins: When nobody took the kidney.
  cite: core 7
  screens: [{id: adult, when: age_years >= 18, say: an adult, cite: core 8}]
  classes:
    - {id: home, when: same_country, say: at home, cite: core 9}
    - {id: allied, when: geography.allies == 1, say: a country that helps, cite: core 9}
    - {id: heavy, when: weight_kg >= 90, say: heavy, cite: core 9}
  otherwise: not listed"""
GEOGRAPHY = """
  allies:
    by: [donor.country, country]
    values: {AA: {BB: 1, CC: 0}, BB: {AA: 1}}
    why: who helps whom
    cite: core 5"""
CENTRES = {
    "HOSPITAL": {"country": "AA"}, "HOME": {"country": "AA"}, "NEXT": {"country": "BB"}, "FAR": {"country": "CC"},
}  # fmt: skip
POLICY = small_policy(stages=STAGES, geography=GEOGRAPHY)
WAITING = small_policy(
    stages=STAGES,
    geography=GEOGRAPHY,
    classes="""
- {id: urgent, when: urgency == 1, say: life in danger, cite: core 2}
- {id: others, when: always, say: everybody else, cite: core 3, stage: rescue}""",
)
PEOPLE = {
    "Anna": {"centre": "NEXT", "waiting_days": 900, "age_years": 40, "weight_kg": 60},
    "Ben": {"centre": "HOME", "waiting_days": 800, "age_years": 40, "weight_kg": 60},
    "Cleo": {"centre": "HOME", "waiting_days": 700, "age_years": 12, "weight_kg": 60},
    "Dan": {"centre": "FAR", "waiting_days": 600, "age_years": 40, "weight_kg": 60},
    "Eva": {"centre": "HOME", "waiting_days": 500, "age_years": 40, "weight_kg": 60},
    "Fay": {"centre": "FAR", "waiting_days": 400, "age_years": 40, "weight_kg": None},
    "Gus": {"centre": "HOME", "waiting_days": 300, "age_years": None, "weight_kg": 60},
    "Hal": {"centre": "HOME", "waiting_days": 200, "age_years": 40, "height_cm": 60},
    "Ida": {"centre": "FAR", "waiting_days": 100, "age_years": 40, "weight_kg": 95},
}

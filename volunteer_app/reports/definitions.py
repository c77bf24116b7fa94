"""Figures by name, and how each is counted: one home for the words on the page and in the exports."""

from enum import StrEnum

from ..errors import N_


class Figure(StrEnum):
    """A figure whose rows can be opened."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"
    ATTENDANCES = "attendances"
    PEOPLE = "people"
    MINUTES = "minutes"
    SERVICE_MINUTES = "service_minutes"
    SIGN_UPS = "sign_ups"
    WAITING = "waiting"
    NO_SHOWS = "no_shows"
    WALK_INS = "walk_ins"
    TEAMS = "teams"
    IDLE_TEAMS = "idle_teams"
    MEMBERSHIPS = "memberships"
    MEMBERS = "members"
    COMPOUNDS = "compounds"
    UNMANAGED = "unmanaged"
    OWNERS = "owners"
    PROPERTY = "property"
    BUILDINGS = "buildings"
    HOUSEHOLDS = "households"
    RENOVATED_COMPOUNDS = "renovated_compounds"
    RENOVATED_BUILDINGS = "renovated_buildings"
    RENOVATED_HOUSEHOLDS = "renovated_households"
    RENOVATED_AREA = "renovated_area_m2"
    ASSIGNMENTS = "assignments"
    FULLY_STAFFED = "compounds_fully_staffed"
    CADRES = "cadres"
    VISITS = "visits"
    DUTY_MINUTES = "duty_minutes"
    PROBLEMS_SOLVED = "problems_solved"
    DISPUTES_MEDIATED = "disputes_mediated"
    WEEKS_DUE = "cadre_weeks_due"
    WEEKS_MET = "cadre_weeks_met"
    LEAVES = "leaves"
    ROUNDS = "rounds"
    ENTRIES = "entries"
    VOTES = "votes"
    PARTICIPANTS = "participants"


ACTIVITIES = (Figure.PLANNED, Figure.HELD, Figure.CANCELLED)
"""Figures whose rows are activities for everyone."""

ATTENDED = (Figure.ATTENDANCES, Figure.MINUTES, Figure.SERVICE_MINUTES, Figure.WALK_INS)
"""Figures whose rows are attendances with names for the office, and activities with their sums for everyone else."""

SIGNED = (Figure.SIGN_UPS, Figure.WAITING, Figure.NO_SHOWS)
"""Figures whose rows are sign-ups with names for the office, and activities with their sums for everyone else."""

SIGNING_UP = (*SIGNED, Figure.WALK_INS)
"""Figures of signing up; where nobody signed up there are none."""

PLACES = (
    Figure.COMPOUNDS,
    Figure.UNMANAGED,
    Figure.OWNERS,
    Figure.PROPERTY,
    Figure.BUILDINGS,
    Figure.HOUSEHOLDS,
    Figure.RENOVATED_COMPOUNDS,
    Figure.RENOVATED_BUILDINGS,
    Figure.RENOVATED_HOUSEHOLDS,
    Figure.RENOVATED_AREA,
)

FRONTLINE = (Figure.ASSIGNMENTS, Figure.FULLY_STAFFED)
"""Figures of the frontline assignments, as at a day."""

VISITED = (Figure.VISITS, Figure.DUTY_MINUTES, Figure.PROBLEMS_SOLVED, Figure.DISPUTES_MEDIATED)
"""Figures whose rows are visits of cadres: with names for the office alone."""

WEEKS = (Figure.WEEKS_DUE, Figure.WEEKS_MET)
"""Figures whose rows are weeks of cadres for the office, and weeks with their sums for everyone else."""

DUTY = (Figure.CADRES, *VISITED, *WEEKS, Figure.LEAVES)
"""Figures of the weekly three hours: never added to anything of the volunteers."""

CONTESTS = (Figure.ROUNDS, Figure.ENTRIES, Figure.VOTES, Figure.PARTICIPANTS)
"""Figures of contests, of rounds that are closed: their rows are rounds, or what took part; nobody is named."""

NAMES = {
    Figure.PLANNED: N_("Activities planned"),
    Figure.HELD: N_("Activities held"),
    Figure.CANCELLED: N_("Activities cancelled"),
    Figure.ATTENDANCES: N_("Attendances"),
    Figure.PEOPLE: N_("People who came"),
    Figure.MINUTES: N_("Time given"),
    Figure.SERVICE_MINUTES: N_("Volunteering time"),
    Figure.SIGN_UPS: N_("Confirmed sign-ups"),
    Figure.WAITING: N_("On the waiting list"),
    Figure.NO_SHOWS: N_("No-shows"),
    Figure.WALK_INS: N_("Walk-ins"),
    Figure.TEAMS: N_("Teams"),
    Figure.IDLE_TEAMS: N_("Teams without an activity"),
    Figure.MEMBERSHIPS: N_("Memberships"),
    Figure.MEMBERS: N_("People in teams"),
    Figure.COMPOUNDS: N_("Compounds"),
    Figure.UNMANAGED: N_("Unmanaged compounds"),
    Figure.OWNERS: N_("Compounds managed by their owners"),
    Figure.PROPERTY: N_("Compounds with a property company"),
    Figure.BUILDINGS: N_("Buildings"),
    Figure.HOUSEHOLDS: N_("Households"),
    Figure.RENOVATED_COMPOUNDS: N_("Renovated compounds"),
    Figure.RENOVATED_BUILDINGS: N_("Buildings in renovated compounds"),
    Figure.RENOVATED_HOUSEHOLDS: N_("Households in renovated compounds"),
    Figure.RENOVATED_AREA: N_("Area of renovated compounds (m²)"),
    Figure.ASSIGNMENTS: N_("Frontline assignments"),
    Figure.FULLY_STAFFED: N_("Compounds with all seven forces"),
    Figure.CADRES: N_("Paired cadres"),
    Figure.VISITS: N_("Visits by cadres"),
    Figure.DUTY_MINUTES: N_("Time on duty"),
    Figure.PROBLEMS_SOLVED: N_("Problems solved"),
    Figure.DISPUTES_MEDIATED: N_("Disputes mediated"),
    Figure.WEEKS_DUE: N_("Weeks due"),
    Figure.WEEKS_MET: N_("Weeks met"),
    Figure.LEAVES: N_("Leaves of cadres"),
    Figure.ROUNDS: N_("Contest rounds"),
    Figure.ENTRIES: N_("Contest entries"),
    Figure.VOTES: N_("Votes cast"),
    Figure.PARTICIPANTS: N_("Participants in contests"),
}

DEFINITIONS = {
    Figure.PLANNED: N_("Every activity that was published, whatever became of it. Drafts don't count yet."),
    Figure.HELD: N_("Activities that took place. Cancelled ones don't count."),
    Figure.CANCELLED: N_("Activities that were published and then called off."),
    Figure.ATTENDANCES: N_(
        "Each person counts once for each activity. Where only heads were counted, they are added here."
    ),
    Figure.PEOPLE: N_(
        "Whoever came several times counts once. People are told apart by phone number and name; "
        "where only heads were counted, nobody is added here."
    ),
    Figure.MINUTES: N_(
        "From check-in to check-out, and of that only what lies inside the activity's hours. "
        "Without a check-out it is nothing until somebody corrects it."
    ),
    Figure.SERVICE_MINUTES: N_(
        "Only activities that count as volunteering: from check-in to check-out, inside the activity's hours."
    ),
    Figure.SIGN_UPS: N_(
        "Places that people have in activities of the period, also in those that were called off. "
        "Whoever waits or has withdrawn doesn't count."
    ),
    Figure.WAITING: N_("Sign-ups that still wait for a place. Whoever moves up counts among the sign-ups."),
    Figure.NO_SHOWS: N_(
        "People who had a place, didn't come and weren't excused. "
        "They are counted once the attendance of the activity is closed."
    ),
    Figure.WALK_INS: N_(
        "People who came without having a place, to activities that others had signed up for. "
        "They are part of the attendances."
    ),
    Figure.TEAMS: N_("Teams that are there on the last day of the period."),
    Figure.IDLE_TEAMS: N_("Teams that are there on the last day and held nothing in the period."),
    Figure.MEMBERSHIPS: N_("Members of all teams on the last day. Whoever is in two teams counts twice."),
    Figure.MEMBERS: N_("Members of all teams on the last day. Whoever is in several teams counts once."),
    Figure.COMPOUNDS: N_("Compounds that are there on the last day of the period."),
    Figure.UNMANAGED: N_("Compounds that nobody manages, on the last day."),
    Figure.OWNERS: N_("Compounds managed by an owners' committee, on the last day."),
    Figure.PROPERTY: N_("Compounds with a property company, on the last day."),
    Figure.BUILDINGS: N_("Buildings of these compounds, on the last day."),
    Figure.HOUSEHOLDS: N_("Households of these compounds, as the office entered them."),
    Figure.RENOVATED_COMPOUNDS: N_("Compounds marked as a renovated estate, on the last day."),
    Figure.RENOVATED_BUILDINGS: N_("Buildings of the renovated compounds."),
    Figure.RENOVATED_HOUSEHOLDS: N_("Households of the renovated compounds."),
    Figure.RENOVATED_AREA: N_("Built area of the renovated compounds, in square metres."),
    Figure.ASSIGNMENTS: N_(
        "Whoever answers for a compound on the last day, once for each force and unit, in compounds that are there."
    ),
    Figure.FULLY_STAFFED: N_("Compounds in which somebody of each of the seven forces answers on the last day."),
    Figure.CADRES: N_("Cadres who are paired with a compound on some day of the period, each once."),
    Figure.VISITS: N_(
        "Visits that began in the period, are over and are confirmed. What nobody has confirmed yet doesn't count."
    ),
    Figure.DUTY_MINUTES: N_("From start to end of these visits. It's duty: it never counts as volunteering."),
    Figure.PROBLEMS_SOLVED: N_("Problems that were solved in these visits, as entered with each of them."),
    Figure.DISPUTES_MEDIATED: N_("Disputes that were mediated in these visits, as entered with each of them."),
    Figure.WEEKS_DUE: N_(
        "Each cadre's weeks from Monday to Sunday that lie wholly in the period and are covered by a pairing. "
        "A week wholly on leave isn't due; holidays don't lessen it."
    ),
    Figure.WEEKS_MET: N_(
        "Weeks due in which the cadre's visits reach what was pledged. Making up changes nothing here."
    ),
    Figure.LEAVES: N_("Leaves with a day in the period."),
    Figure.ROUNDS: N_(
        "Rounds of contests whose judging and voting ended in the period. A round counts once it's closed; "
        "cancelled ones don't count."
    ),
    Figure.ENTRIES: N_("What took part in these rounds. What was withdrawn or sent back doesn't count."),
    Figure.VOTES: N_("Votes in these rounds, of residents or of households. What was annulled doesn't count."),
    Figure.PARTICIPANTS: N_(
        "Different people who entered something or voted in a round, added over the rounds. "
        "Whoever did both counts once a round; a household that voted counts as one."
    ),
}

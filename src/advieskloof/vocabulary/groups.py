"""What grouping variables and their groups are called; COROP areas have theirs in reference/."""

from advieskloof.vocabulary import Words, alike, both

_UNKNOWN = both("onbekend", "unknown")

FIRST_ADVICE: Words = {
    "first_advice_group": both("eerste advies", "first advice"),
    "first_advice_group:vso_pro_vmbo_b": both("vso, pro of vmbo-b", "vso, pro or vmbo-b"),
    "first_advice_group:vmbo_b_k": both("vmbo-b/k", "vmbo-b/k"),
    "first_advice_group:vmbo_k": both("vmbo-k", "vmbo-k"),
    "first_advice_group:vmbo_k_gt": both("vmbo-k/gt", "vmbo-k/gt"),
    "first_advice_group:vmbo_gt": both("vmbo-gt", "vmbo-gt"),
    "first_advice_group:vmbo_gt_havo": both("vmbo-gt/havo", "vmbo-gt/havo"),
    "first_advice_group:havo_vwo": both("havo/vwo", "havo/vwo"),
    **alike("first_advice_group", "havo", "vwo"),
    "first_advice_group:other": both("ander advies", "another advice"),
    "kind:single": both("enkel advies", "single advice"),
    "kind:double": both("dubbel advies", "double advice"),
}
INCOME: Words = {
    "income_quintile": both("inkomen ouders", "parental income"),
    "income_quintile:1": both("1e 20% (laag)", "1st 20% (low)"),
    "income_quintile:2": both("2e 20%", "2nd 20%"),
    "income_quintile:3": both("3e 20%", "3rd 20%"),
    "income_quintile:4": both("4e 20%", "4th 20%"),
    "income_quintile:5": both("5e 20% (hoog)", "5th 20% (high)"),
    "income_quintile:unknown": _UNKNOWN,
}
EDUCATION: Words = {
    **{
        name: both("opleiding van de ouders", "parental education")
        for name in (
            "parental_education_five",
            "parental_education_three",
            "parental_education_kansenkaart",
            "parental_education_cbs_four",
        )
    },
    "parental_education_five:le_mbo1": both("hoogstens mbo-1", "mbo-1 or lower"),
    "parental_education_five:mbo2": both("mbo-2", "mbo-2"),
    "parental_education_five:mbo34": both("mbo-3/4", "mbo-3/4"),
    **alike("parental_education_five", "hbo", "wo"),
    "parental_education_five:unknown": _UNKNOWN,
    "parental_education_three:low": both("laag", "low"),
    "parental_education_three:middle": both("midden", "middle"),
    "parental_education_three:high": both("hoog", "high"),
    "parental_education_three:unknown": _UNKNOWN,
    "parental_education_kansenkaart:other": both("anders of onbekend", "other or unknown"),
    **alike("parental_education_kansenkaart", "hbo", "wo"),
    "parental_education_cbs_four:mbo2_or_lower": both("hoogstens mbo-2", "mbo-2 or lower"),
    "parental_education_cbs_four:mbo34": both("mbo-3/4", "mbo-3/4"),
    "parental_education_cbs_four:hbo_wo_bachelor": both("hbo of wo-bachelor", "hbo or wo-bachelor"),
    "parental_education_cbs_four:wo_master": both("wo-master", "wo-master"),
    "parental_education_cbs_four:unknown": _UNKNOWN,
}
PLACE: Words = {
    "corop": both("COROP-gebied", "COROP area"),
    "corop:unknown": _UNKNOWN,
    "municipality": both("gemeente", "municipality"),
    "urbanity": both("stedelijkheid", "urbanity"),
    "urbanity:1": both("zeer sterk stedelijk", "extremely urban"),
    "urbanity:2": both("sterk stedelijk", "strongly urban"),
    "urbanity:3": both("matig stedelijk", "moderately urban"),
    "urbanity:4": both("weinig stedelijk", "hardly urban"),
    "urbanity:5": both("niet stedelijk", "not urban"),
    "urbanity:unknown": _UNKNOWN,
    "region_of:school": both("van de school", "of the school"),
    "region_of:home": both("van de woning", "of the home"),
}
PUPIL: Words = {
    "sex": both("geslacht", "sex"),
    "sex:boy": both("jongens", "boys"),
    "sex:girl": both("meisjes", "girls"),
    "sex:unknown": _UNKNOWN,
    "migration_background": both("herkomst", "origin"),
    "school_type": both("soort basisschool", "kind of primary school"),
    "school_type:bo": both("basisonderwijs", "mainstream primary"),
    "school_type:sbo": both("speciaal basisonderwijs", "special primary"),
    "school_type:so": both("speciaal onderwijs", "special education"),
    "school_type:vso": both("voortgezet speciaal onderwijs", "special secondary"),
    "test_provider": both("toets", "test"),
    "test_provider:CET": both("Centrale Eindtoets", "Centrale Eindtoets"),
    **alike("test_provider", "IEP", "AMN", "CESAN", "DOE"),
    "test_provider:ROUTE8": both("ROUTE 8", "ROUTE 8"),
    "test_provider:DIA": both("Dia", "Dia"),
    "test_provider:LIB": both("Leerling in beeld", "Leerling in beeld"),
    "test_provider:unknown": both("geen toets", "no test"),
}
WORDS: Words = {**FIRST_ADVICE, **INCOME, **EDUCATION, **PLACE, **PUPIL}

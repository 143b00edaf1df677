"""Where Benchmate answers otherwise on purpose. Each has its line in shared/docs/mlflow-compatibility.md."""


def reason(call: dict, theirs: dict, ours: dict) -> str | None:
    """Why this difference is meant; None where it is not."""
    if theirs.get("error") == "INTERNAL_ERROR" or "sqlite3." in theirs.get("message", ""):
        if ours.get("error") not in (None, "INTERNAL_ERROR"):
            return "a refusal where MLflow breaks"
        if call["call"] in ("log_outputs", "log_inputs", "log_model_params"):
            return "what is there already may be logged again"
    if call["call"] == "request":
        return _of_request(theirs["ok"], ours["ok"])
    refusals = {"INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST"}
    if call["call"] == "create_model_version" and {theirs.get("error"), ours.get("error")} == refusals:
        return "of several things that are wrong another one is named"
    if call["call"] == "create_model_version" and "runs:/unknown" in (theirs.get("ok") or {}).get("source", ""):
        return "a run that is not there is no source"
    return None


def _of_request(theirs: dict, ours: dict) -> str | None:
    if ours["status"] == 400 and theirs["status"] in (200, 500):
        return "a wrong field is refused where MLflow guesses or breaks"
    if ours["status"] == 200 and theirs["status"] == 500:
        return "an answer where MLflow breaks"
    if ours["status"] == 200 and "max_results" in theirs.get("message", ""):
        return "experiments are searched without max_results, too"
    return None

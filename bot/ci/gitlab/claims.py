"""Checks the ID token of a job that claims.

Source: GitLab's docs, "OpenID Connect (OIDC) authentication using ID tokens", token payload.
"""

from bot.ci.gitlab.addresses import branch_of
from bot.ci.gitlab.queries import GitLabQueries
from bot.ci.gitlab.states import attempt_of, deploys, is_first
from bot.ci.http.json_access import is_id, number, text
from bot.ci.http.oidc import TokenIssuer
from bot.ci.run import Admission, Target, TemporarilyUnavailableError, UnauthenticatedError


async def admission_of(queries: GitLabQueries, issuer: TokenIssuer, target: Target, token: str) -> Admission:
    """Check a token: of this project and branch, of a pipeline that the API started, of a job that is no retry.

    Raises UnauthenticatedError or TemporarilyUnavailableError.
    """
    claims = dict(await issuer.claims(token))
    own = text(claims, "project_id" if is_id(target.repository) else "project_path")
    wanted = {"ref": branch_of(target), "ref_type": "branch", "pipeline_source": "api"}
    if own != target.repository or any(text(claims, key) != value for key, value in wanted.items()):
        raise UnauthenticatedError("the token is of another project or branch")
    run_id, job_id = text(claims, "pipeline_id"), text(claims, "job_id")
    if not is_id(run_id) or not is_id(job_id):
        raise UnauthenticatedError("the token names no pipeline")
    return Admission(run_id, await _attempt(queries, target, run_id, job_id))


async def _attempt(queries: GitLabQueries, target: Target, run_id: str, job_id: str) -> int:
    jobs = await queries.jobs(target.repository, run_id)
    job = next((each for each in jobs or () if text(each, "id") == job_id), None)
    if jobs is None or job is None:
        raise TemporarilyUnavailableError("the pipeline's jobs cannot be read")
    deploying = target.deploy.workflow
    if deploying and not deploys(job, deploying):
        raise UnauthenticatedError("the token is of another job")
    if not deploying and not is_first(job, jobs):
        raise UnauthenticatedError("the job is a retry")
    return attempt_of((each for each in jobs if number(each, "id") <= int(job_id)), deploying)

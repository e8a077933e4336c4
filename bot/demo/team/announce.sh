# VERSION and BUILD_URL are this build's; BEFORE is the commit of the build before it (CI_COMMIT_BEFORE_SHA, GIT_PREVIOUS_COMMIT).
commits=$(git log --format='%H%x09%ae%x09%s' "${BEFORE:?}..HEAD") || exit 1
printf '%s\n' "$commits" | python3 -c '
import json, os, sys
changes = [dict(zip(("sha", "author", "title"), line.strip("\n").split("\t", 2))) for line in sys.stdin if line.strip()]
build = {"service": "website", "version": os.environ["VERSION"], "sha": sys.argv[1], "branch": "main"}
print(json.dumps({**build, "url": os.environ["BUILD_URL"], "changes": changes}))' "$(git rev-parse HEAD)" |
curl -X POST http://127.0.0.1:3000/api/v1/builds -H "Authorization: Bearer $SHIPROOM_API_TOKEN" \
  -H 'Content-Type: application/json' --data-binary @-

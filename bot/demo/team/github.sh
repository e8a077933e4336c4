export SLACK_APP_TOKEN=xapp-...     # Basic Information, App-Level Tokens, scope connections:write
export SLACK_BOT_TOKEN=xoxb-...     # OAuth & Permissions
export GITHUB_TOKEN=github_pat_...  # for the repository: Contents read; Actions read and write (just watching: read)
cd ../your-service                  # where shiproom.yml is
shiproom check --online             # says what is missing, and how to fix it
shiproom run

export SLACK_APP_TOKEN=xapp-...     # Basic Information, App-Level Tokens, scope connections:write
export SLACK_BOT_TOKEN=xoxb-...     # OAuth & Permissions
export SHIPROOM_API_TOKEN=$(openssl rand -hex 32)   # your build sends it: keep it among its secrets
cd ../your-service                  # where shiproom.yml is
shiproom check --online             # says what is missing, and how to fix it
shiproom run

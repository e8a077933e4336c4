export SLACK_APP_TOKEN=xapp-...     # Basic Information, App-Level Tokens, scope connections:write
export SLACK_BOT_TOKEN=xoxb-...     # OAuth & Permissions
export SHIPROOM_API_TOKEN=...       # any long random word; your build sends it
shiproom check --online             # says what is missing, and how to fix it
shiproom run

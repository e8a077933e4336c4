curl -X POST http://127.0.0.1:3000/api/v1/builds -H "Authorization: Bearer $SHIPROOM_API_TOKEN" \
  -H 'Content-Type: application/json' -d "{\"service\": \"website\", \"version\": \"$VERSION\",
  \"sha\": \"$(git rev-parse HEAD)\", \"branch\": \"main\", \"url\": \"$BUILD_URL\"}"

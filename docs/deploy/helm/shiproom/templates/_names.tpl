{{- define "shiproom.name" -}}
{{- if contains "shiproom" .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-shiproom" .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "shiproom.selector" -}}
app.kubernetes.io/name: shiproom
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: bot
{{- end -}}

{{- define "shiproom.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/name: shiproom
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "shiproom.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "shiproom.policy" -}}
{{- if .Values.policy.text -}}
{{- printf "%s-policy" (include "shiproom.name" .) -}}
{{- else -}}
{{- required "Name the ConfigMap with the policy as policy.existingConfigMap, or give its text: --set-file policy.text=shiproom.yml" .Values.policy.existingConfigMap -}}
{{- end -}}
{{- end -}}

{{- define "shiproom.claim" -}}
{{- .Values.persistence.existingClaim | default (include "shiproom.name" .) -}}
{{- end -}}

{{- define "shiproom.persistent" -}}
{{- if or .Values.persistence.enabled (eq .Values.database.kind "sqlite") -}}true{{- end -}}
{{- end -}}

{{/* What the level "restricted" of the Pod Security Standards asks of a pod, and of a container. */}}
{{- define "shiproom.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
# Once only: to change every file at each start would open the database to the group.
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "shiproom.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "shiproom.check" -}}
{{- if and (eq .Values.database.kind "sqlite") (gt (int .Values.replicaCount) 1) -}}
{{- fail "SQLite serves one bot only: set replicaCount=1, or database.kind=postgresql." -}}
{{- end -}}
{{- if and (include "shiproom.persistent" .) (gt (int .Values.replicaCount) 1) (not .Values.persistence.existingClaim) (not (has "ReadWriteMany" .Values.persistence.accessModes)) -}}
{{- fail "Several replicas share the volume: set persistence.accessModes={ReadWriteMany}, or persistence.enabled=false." -}}
{{- end -}}
{{- end -}}

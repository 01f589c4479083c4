{{/* The name that labels carry. */}}
{{- define "@chart@.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{/*
The name of the objects. It does not hold the release's name: there is one of these in a cluster, and Helm
refuses a second release because the first one owns the objects.
*/}}
{{- define "@chart@.fullname" -}}
{{- .Values.fullnameOverride | default (include "@chart@.name" .) | trunc 52 | trimSuffix "-" -}}
{{- end }}

{{- define "@chart@.namespace" -}}
{{- .Values.namespaceOverride | default .Release.Namespace -}}
{{- end }}

{{- define "@chart@.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "@chart@.fullname" .) -}}
{{- else -}}
{{- required "serviceAccount.name is missing: with serviceAccount.create=false give the name of the ServiceAccount to use" .Values.serviceAccount.name -}}
{{- end -}}
{{- end }}

{{- define "@chart@.selectorLabels" -}}
app.kubernetes.io/name: {{ include "@chart@.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "@chart@.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
{{ include "@chart@.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
app.kubernetes.io/part-of: tombolo
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* A pod's: without the chart's version, so that an upgrade that changes nothing of the pod leaves it alone. */}}
{{- define "@chart@.podLabels" -}}
{{ include "@chart@.selectorLabels" . }}
app.kubernetes.io/part-of: tombolo
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- with .Values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* An image's full name; a digest settles which one it is, whatever the tag says. Takes [image, default tag]. */}}
{{- define "@chart@.imageName" -}}
{{- $image := first . -}}
{{- $name := ternary $image.repository (printf "%s/%s" $image.registry $image.repository) (empty $image.registry) -}}
{{- $tag := $image.tag | default (last .) -}}
{{- if $image.digest -}}
{{- printf "%s:%s@%s" $name $tag $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name $tag -}}
{{- end -}}
{{- end }}

{{- define "@chart@.image" -}}
{{- include "@chart@.imageName" (list .Values.image .Chart.AppVersion) -}}
{{- end }}

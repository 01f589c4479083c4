{{- /* Written by `npm run charts`; edit what it is made of, in scripts/charts. */}}
{{/* The name that labels carry. */}}
{{- define "tombolo-member.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{/*
The name of the objects. It does not hold the release's name: there is one of these in a cluster, and Helm
refuses a second release because the first one owns the objects.
*/}}
{{- define "tombolo-member.fullname" -}}
{{- .Values.fullnameOverride | default (include "tombolo-member.name" .) | trunc 52 | trimSuffix "-" -}}
{{- end }}

{{- define "tombolo-member.namespace" -}}
{{- .Values.namespaceOverride | default .Release.Namespace -}}
{{- end }}

{{- define "tombolo-member.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "tombolo-member.fullname" .) -}}
{{- else -}}
{{- required "serviceAccount.name is missing: with serviceAccount.create=false give the name of the ServiceAccount to use" .Values.serviceAccount.name -}}
{{- end -}}
{{- end }}

{{- define "tombolo-member.selectorLabels" -}}
app.kubernetes.io/name: {{ include "tombolo-member.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "tombolo-member.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
{{ include "tombolo-member.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
app.kubernetes.io/part-of: tombolo
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* A pod's: without the chart's version, so that an upgrade that changes nothing of the pod leaves it alone. */}}
{{- define "tombolo-member.podLabels" -}}
{{ include "tombolo-member.selectorLabels" . }}
app.kubernetes.io/part-of: tombolo
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- with .Values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* An image's full name; a digest settles which one it is, whatever the tag says. Takes [image, default tag]. */}}
{{- define "tombolo-member.imageName" -}}
{{- $image := first . -}}
{{- $name := ternary $image.repository (printf "%s/%s" $image.registry $image.repository) (empty $image.registry) -}}
{{- $tag := $image.tag | default (last .) -}}
{{- if $image.digest -}}
{{- printf "%s:%s@%s" $name $tag $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name $tag -}}
{{- end -}}
{{- end }}

{{- define "tombolo-member.image" -}}
{{- include "tombolo-member.imageName" (list .Values.image .Chart.AppVersion) -}}
{{- end }}

// Nothing is compiled here: the modules carry CRD files. `go mod download` checks them against go.sum.
// `go mod tidy` would empty this file; after a version change, take both hashes of the module from sum.golang.org.
module privatesales/sandbox/toolchain/crds

go 1.26.1

require (
	github.com/argoproj/argo-rollouts v1.10.1
	github.com/aws/karpenter-provider-aws v1.14.0
	github.com/cert-manager/cert-manager v1.21.2
	github.com/elastic/cloud-on-k8s/v3 v3.5.0
	github.com/prometheus-operator/prometheus-operator v0.85.0
	istio.io/istio v0.0.0-20260827124520-eed52ebb66ad
	k8s.io/autoscaler/vertical-pod-autoscaler v1.8.1
)

// Package main writes the sandbox's certificates: Node cannot sign X.509 and openssl is not on every machine.
//
// Usage: pki DIR SERVICE-IP. It writes ca.crt, a key and certificate per identity below, and the key pair that signs
// service account tokens.
//
// Usage: pki workload DIR CA-CERT CA-KEY NAME=URI... It writes NAME.crt and NAME.key for each identity of a mesh, signed by
// the authority in those files.
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Ten years: a data folder outlives any one-year certificate, and it never leaves the machine.
const lifetime = 10 * 365 * 24 * time.Hour

type identity struct {
	file   string
	name   string
	groups []string
	server bool
}

var identities = []identity{
	{file: "apiserver", name: "kube-apiserver", server: true},
	// The second group is the deployers' of stacks that do not trust every administrator with what carries tenancy.
	{file: "admin", name: "sandbox-admin", groups: []string{"system:masters", "privatesales:deployers"}},
	{file: "controller-manager", name: "system:kube-controller-manager"},
	{file: "scheduler", name: "system:kube-scheduler"},
	{file: "kwok", name: "sandbox-kwok", groups: []string{"system:masters"}},
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "--version" {
		fmt.Println("pki 1")
		return
	}
	if len(os.Args) > 5 && os.Args[1] == "workload" {
		if err := writeWorkloads(os.Args[2], os.Args[3], os.Args[4], os.Args[5:]); err != nil {
			fmt.Fprintln(os.Stderr, "pki:", err)
			os.Exit(1)
		}
		return
	}
	if len(os.Args) != 3 || net.ParseIP(os.Args[2]) == nil {
		fmt.Fprintln(os.Stderr, "usage: pki DIR SERVICE-IP")
		os.Exit(2)
	}
	if err := write(os.Args[1], net.ParseIP(os.Args[2])); err != nil {
		fmt.Fprintln(os.Stderr, "pki:", err)
		os.Exit(1)
	}
}

func write(dir string, service net.IP) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	caKey, err := newKey(dir, "ca")
	if err != nil {
		return err
	}
	ca := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "privatesales sandbox"},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature,
	}
	if err := sign(dir, "ca", ca, ca, caKey.Public(), caKey); err != nil {
		return err
	}
	for _, id := range identities {
		key, err := newKey(dir, id.file)
		if err != nil {
			return err
		}
		cert := &x509.Certificate{
			Subject:     pkix.Name{CommonName: id.name, Organization: id.groups},
			KeyUsage:    x509.KeyUsageDigitalSignature,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		}
		if id.server {
			cert.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
			cert.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), service}
			cert.DNSNames = []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"}
		}
		if err := sign(dir, id.file, cert, ca, key.Public(), caKey); err != nil {
			return err
		}
	}
	return writeServiceAccountKeys(dir)
}

func newKey(dir, name string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, writePem(filepath.Join(dir, name+".key"), "EC PRIVATE KEY", der)
}

func sign(dir, name string, cert, ca *x509.Certificate, public crypto.PublicKey, caKey crypto.Signer) error {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return err
	}
	cert.SerialNumber = serial
	// A clock that is set back a little must not make the certificates invalid.
	cert.NotBefore = time.Now().Add(-time.Hour)
	cert.NotAfter = time.Now().Add(lifetime)
	if cert != ca && !ca.NotAfter.IsZero() && ca.NotAfter.Before(cert.NotAfter) {
		cert.NotAfter = ca.NotAfter
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, ca, public, caKey)
	if err != nil {
		return err
	}
	return writePem(filepath.Join(dir, name+".crt"), "CERTIFICATE", der)
}

func writeWorkloads(dir, caCertFile, caKeyFile string, identities []string) error {
	ca, caKey, err := readAuthority(caCertFile, caKeyFile)
	if err != nil {
		return err
	}
	for _, pair := range identities {
		name, id, found := strings.Cut(pair, "=")
		uri, err := url.Parse(id)
		if !found || err != nil || uri.Scheme != "spiffe" {
			return fmt.Errorf("%q is not NAME=spiffe://...", pair)
		}
		key, err := newKey(dir, name)
		if err != nil {
			return err
		}
		cert := &x509.Certificate{
			URIs:        []*url.URL{uri},
			KeyUsage:    x509.KeyUsageDigitalSignature,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		}
		if err := sign(dir, name, cert, ca, key.Public(), caKey); err != nil {
			return err
		}
	}
	return nil
}

func readAuthority(certFile, keyFile string) (*x509.Certificate, crypto.Signer, error) {
	pair, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return nil, nil, err
	}
	key, ok := pair.PrivateKey.(crypto.Signer)
	if !ok {
		return nil, nil, fmt.Errorf("%s holds a key that cannot sign", keyFile)
	}
	return cert, key, nil
}

func writeServiceAccountKeys(dir string) error {
	key, err := newKey(dir, "service-account")
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return err
	}
	return writePem(filepath.Join(dir, "service-account.pub"), "PUBLIC KEY", der)
}

func writePem(path, kind string, der []byte) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

module privatesales/sandbox/toolchain/pki

go 1.26.0

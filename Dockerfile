# The image of a release. Its folder has linux/ARCHITECTURE/referee, as GoReleaser lays it
# out: the program is static, and has the certificates of CAs in it.
FROM scratch
ARG TARGETPLATFORM
COPY $TARGETPLATFORM/referee /referee
# Whoever mounts a folder for reports says whose it is: docker run --user "$(id -u)".
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/referee"]

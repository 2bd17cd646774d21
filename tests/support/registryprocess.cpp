// SPDX-License-Identifier: Apache-2.0
#include "registryprocess.h"

#include "freeport.h"

#include <QFile>
#include <QTest>

namespace {

bool isListening(int port) {
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopbackAddress(port);
    const bool isConnected =
        ::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(client);
    return isConnected;
}

const char* const kConfig = R"(version: 0.1
log:
  level: warn
storage:
  filesystem:
    rootdirectory: %1/data
  delete:
    enabled: true
http:
  addr: 127.0.0.1:%2
)";
const char* const kAuth = R"(auth:
  htpasswd:
    realm: test
    path: %1/htpasswd
)";
// bcrypt of "geheim"
const char* const kPasswords = "user:$2b$04$54lmMhXmv0PbM/Iv0/zlvOP8RLtc3WJJQkMjeLA8lpS4la.aK.3PW\n";

void write(const QString& path, const QByteArray& text) {
    QFile file(path);
    if (file.open(QIODevice::WriteOnly)) file.write(text);
}

}  // namespace

RegistryProcess::RegistryProcess(Login login) : m_login(login) {}

bool RegistryProcess::start() {
    if (m_port == 0) m_port = freePort();
    QString config = QString::fromLatin1(kConfig).arg(m_folder.path()).arg(m_port);
    if (m_login == Login::Basic) {
        config += QString::fromLatin1(kAuth).arg(m_folder.path());
        write(m_folder.filePath(QStringLiteral("htpasswd")), kPasswords);
    }
    write(m_folder.filePath(QStringLiteral("config.yml")), config.toUtf8());
    const std::string file = m_folder.filePath(QStringLiteral("config.yml")).toStdString();
    if (!m_process.start({"docker-registry", "serve", file})) return false;
    return QTest::qWaitFor([this] { return !m_process.isRunning() || isListening(m_port); }, 15000) &&
           m_process.isRunning();
}

std::string RegistryProcess::address() const { return "127.0.0.1:" + std::to_string(m_port); }

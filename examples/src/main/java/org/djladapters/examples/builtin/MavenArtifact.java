/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.builtin;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An artifact of Maven Central: on the class path, in any version, or in the local Maven
 * repository.
 */
record MavenArtifact(String group, String name, String version) {

    /** Maven's own property for another local repository. */
    private static final String REPOSITORY = "maven.repo.local";

    private static final Pattern SETTING =
            Pattern.compile("<localRepository>\\s*([^<]+?)\\s*</localRepository>");

    /** Returns the artifact of LangChain4j with a model. */
    static MavenArtifact langchain4j(String model, String version) {
        return new MavenArtifact("dev.langchain4j", "langchain4j-embeddings-" + model, version);
    }

    /** Tells whether a file of the artifact can be read. */
    boolean isThere(String file) throws IOException {
        return find(file).isPresent();
    }

    /** Opens a file of the artifact by its path in it. */
    InputStream open(String file) throws IOException {
        URL url =
                find(file)
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                ("The artifact %s is neither on the class path nor"
                                                     + " in the local Maven repository; get it"
                                                     + " with: %s")
                                                        .formatted(this, command())));
        URLConnection connection = url.openConnection();
        connection.setUseCaches(false); // closed with the stream
        return connection.getInputStream();
    }

    /** Returns the command that downloads the artifact into the local Maven repository. */
    String command() {
        return "mvn dependency:get -Dartifact=" + this + " -Dtransitive=false";
    }

    private Optional<URL> find(String file) throws IOException {
        URL resource = MavenArtifact.class.getResource("/" + file);
        if (resource != null) {
            return Optional.of(resource);
        }
        Path jar =
                repository()
                        .resolve(group.replace('.', '/'))
                        .resolve(name)
                        .resolve(version)
                        .resolve(name + "-" + version + ".jar");
        return Files.isRegularFile(jar)
                ? Optional.of(new URL("jar:" + jar.toUri() + "!/" + file))
                : Optional.empty();
    }

    private static Path repository() throws IOException {
        String named = System.getProperty(REPOSITORY);
        if (named != null && !named.isBlank()) {
            return Path.of(named);
        }
        Path home = Path.of(System.getProperty("user.home"));
        Path settings = home.resolve(".m2/settings.xml");
        if (Files.isRegularFile(settings)) {
            Matcher setting =
                    SETTING.matcher(Files.readString(settings).replaceAll("(?s)<!--.*?-->", ""));
            if (setting.find()) {
                return Path.of(setting.group(1).replace("${user.home}", home.toString()));
            }
        }
        return home.resolve(".m2/repository");
    }

    @Override
    public String toString() {
        return group + ":" + name + ":" + version;
    }
}

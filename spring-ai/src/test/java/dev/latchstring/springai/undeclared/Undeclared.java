package dev.latchstring.springai.undeclared;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** An application that says nothing about who may call what. */
@SpringBootApplication
public class Undeclared {}

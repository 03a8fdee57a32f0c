;;; thresher-lsp-mode.el --- Thresher under lsp-mode -*- lexical-binding: t -*-

;;; Commentary:

;; lsp-mode 8.0 and newer; `thresher.el' loads this.

;;; Code:

(require 'lsp-mode)
(require 'thresher)

(defun thresher-lsp-mode--connect (filter sentinel name _environment &rest _)
  "A process NAME with FILTER and SENTINEL that is connected to the daemon."
  (let ((process (thresher--open-connection name)))
    (set-process-coding-system process 'no-conversion 'no-conversion)
    (set-process-filter process filter)
    (set-process-sentinel process sentinel)
    (cons process process)))

(defconst thresher-lsp-mode--stdio (lsp-stdio-connection #'thresher--command))

(add-to-list 'lsp-language-id-configuration '(thresher-jsonl-mode . "jsonl"))

(lsp-register-client
 (make-lsp-client
  :new-connection
  (list :connect
        (lambda (&rest arguments)
          (apply (if thresher-connect
                     #'thresher-lsp-mode--connect
                   (plist-get thresher-lsp-mode--stdio :connect))
                 arguments))
        :test? (lambda (&rest _) (or thresher-connect (executable-find thresher-program))))
  :activation-fn (lambda (_file mode)
                   (or (provided-mode-derived-p mode 'thresher-jsonl-mode)
                       (bound-and-true-p thresher-lsp-mode--wanted)))
  :initialization-options #'thresher--initialization-options
  :server-id 'thresher))

(defvar-local thresher-lsp-mode--wanted nil
  "Whether the server was asked for in a buffer of another mode.")

(defun thresher-lsp-mode--start ()
  "Give this buffer to its project's server."
  (unless (derived-mode-p 'thresher-jsonl-mode) (setq thresher-lsp-mode--wanted t))
  (lsp-deferred))

(defun thresher-lsp-mode--stop ()
  "End this buffer's server."
  (lsp-workspace-shutdown (car (lsp-workspaces))))

(defun thresher-lsp-mode--restart ()
  "End this buffer's server and start it again."
  (lsp-workspace-restart (car (lsp-workspaces))))

(defun thresher-lsp-mode--plist (value)
  "VALUE as lists with keywords, whatever lsp-mode makes of objects."
  (cond ((hash-table-p value)
         (let (plist)
           (maphash (lambda (key it)
                      (push (intern (format ":%s" key)) plist)
                      (push (thresher-lsp-mode--plist it) plist))
                    value)
           (nreverse plist)))
        ((and (vectorp value)) (vconcat (mapcar #'thresher-lsp-mode--plist value)))
        ((consp value) (mapcar #'thresher-lsp-mode--plist value))
        (t value)))

(defun thresher-lsp-mode--request (method params)
  "What the server answers to METHOD with PARAMS, after it has seen all changes."
  (thresher-lsp-mode--plist (lsp-request (substring (symbol-name method) 1) params)))

;;; Columns

;; The protocol counts units of UTF-16; lsp-mode counts characters, which is something else after
;; an emoji: marks would be shifted, and the server would see other changes than were made.

(defun thresher-lsp-mode--units (start end)
  "How many units of UTF-16 are between START and END."
  (let ((units (- end start)))
    (save-excursion
      (goto-char start)
      (while (re-search-forward "[\x10000-\x10ffff]" end t) (setq units (1+ units))))
    units))

(defun thresher-lsp-mode--is-ours ()
  "Whether this buffer is a dataset under lsp-mode."
  (or (derived-mode-p 'thresher-jsonl-mode) (bound-and-true-p thresher-lsp-mode--wanted)))

(define-advice lsp--cur-position (:filter-return (position) thresher)
  "POSITION with its column in units of UTF-16."
  (if (thresher-lsp-mode--is-ours)
      (plist-put position :character
                 (thresher-lsp-mode--units (line-beginning-position) (point)))
    position))

(defun thresher-lsp-mode--move (character)
  "Go to CHARACTER, in units of UTF-16, of this line."
  (let ((start (line-beginning-position)) surplus)
    (goto-char (min (line-end-position) (+ start character)))
    (while (> (setq surplus (- (thresher-lsp-mode--units start (point)) character)) 0)
      ;; Each step takes back at most what is too much.
      (backward-char (max 1 (/ surplus 2))))))

(define-advice lsp--line-character-to-point (:around (standard line character) thresher)
  "Count CHARACTER in LINE in units of UTF-16, where STANDARD would not."
  (let ((point (funcall standard line character)))
    (if (thresher-lsp-mode--is-ours)
        (lsp-save-restriction-and-excursion
          (goto-char point)
          (thresher-lsp-mode--move character)
          (point))
      point)))

(defun thresher-lsp-mode--uri ()
  "This buffer's URI."
  (lsp--buffer-uri))

(defun thresher-lsp-mode--path (uri)
  "The path that URI names."
  (lsp--uri-to-path uri))

(provide 'thresher-lsp-mode)
;;; thresher-lsp-mode.el ends here
